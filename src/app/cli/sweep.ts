import { type SettingsSweep, type SweepOptions, sweepSettings } from '#app/services/settings-sweep.js';
import { print, printJson } from './output.js';
import { SCORE_HEADING, scoreBody, scoreColumns, showTrainings, type TrainingsFlags } from './show-trainings.js';

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
  return { scored_on: scored, tried: tried.map((one) => ({ settings: one.settings, ...scoreBody(one) })) };
}

function textOf({ tried, scored }: SettingsSweep): string {
  return [
    `F1 on ${scored.name}: ${scored.sentences} sentences, ${scored.names} names`,
    `${SCORE_HEADING}  SETTINGS`,
    ...tried.map((one) => `${scoreColumns(one)}  ${one.settings.join(' ')}`),
    '',
    'Differences that are small beside the intervals are chance; the best of many is a little lucky.',
  ].join('\n');
}
