import { type SettingsSweep, type SweepOptions, sweepSettings } from '#app/services/settings-sweep.js';
import { percent } from '#base/percent.js';
import { print, printJson } from './output.js';
import { showTrainings, type TrainingsFlags } from './show-trainings.js';

export interface SweepFlags extends TrainingsFlags, Pick<SweepOptions, 'try'> {
  readonly json?: boolean;
}

/** `onomast sweep` */
export async function runSweep(files: readonly string[], { json = false, ...flags }: SweepFlags): Promise<void> {
  const sweep = await showTrainings(flags, json, (more) => sweepSettings({ ...flags, train: files, ...more }));
  if (json) printJson(bodyOf(sweep));
  else print(textOf(sweep));
}

function bodyOf({ tried, scored }: SettingsSweep): object {
  return {
    scored_on: scored,
    tried: tried.map(({ settings, recipe, f1, interval, range, labels }) => ({
      settings,
      recipe,
      f1,
      f1_interval: interval,
      f1_of_trainings: range,
      labels: Object.fromEntries(
        Object.entries(labels).map(([label, one]) => [label, { f1: one.f1, f1_interval: one.interval }]),
      ),
    })),
  };
}

function textOf({ tried, scored }: SettingsSweep): string {
  const range = ([low, high]: readonly [number, number]): string =>
    `${percent(low).padStart(6)} to ${percent(high).padStart(6)}`;
  return [
    `F1 on ${scored.name}: ${scored.sentences} sentences, ${scored.names} names`,
    '    F1         95 % CI  SINGLE TRAININGS  SETTINGS',
    ...tried.map(
      ({ f1, interval, range: ofTrainings, settings }) =>
        `${percent(f1).padStart(6)}  ${range(interval)}  ${range(ofTrainings)}  ${settings.join(' ')}`,
    ),
    '',
    'Differences that are small beside the intervals are chance; the best of many is a little lucky.',
  ].join('\n');
}
