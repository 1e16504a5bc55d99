import type { Request, Response } from 'express';
import { createOffsetConverter } from '#annotation/text/offset-units.js';
import type { ApiResource } from '#app/http/api-resource.js';
import { type LabelConfig, readLabelConfig, requireSharedLabel } from '#app/http/label-config.js';
import {
  doccanoAnswer,
  doccanoRequest,
  labelStudioEvent,
  labelStudioEventAnswer,
  labelStudioHealth,
  labelStudioPredictAnswer,
  labelStudioPredictRequest,
  labelStudioSetupAnswer,
  labelStudioSetupRequest,
} from '#app/http/schemas/annotation-tools.js';
import { parseRequest } from '#app/http/schemas/parse-request.js';
import { errorOf, isFailure } from '#app/serving/failure.js';
import type { JobAnswer, JobOutput, TaggingModel } from '#app/serving/tagging.js';
import { AppError } from '#base/errors.js';
import type { ModelIdentity } from '#tagging/tagger/entity.js';
import type { ApiDependencies } from './api-dependencies.js';
import { TAGGING_FAILURES } from './tag.js';
import { readText } from './tag-inputs.js';

type Found = Exclude<JobOutput, string>;

/** Predictions for tools in which people annotate: what Label Studio asks of an ML backend, and doccano of a REST service. */
export function annotationToolResources(dependencies: Omit<ApiDependencies, 'models'>): readonly ApiResource[] {
  return [...labelStudioResources(dependencies), doccanoResource(dependencies)];
}

const LABEL_STUDIO = '/api/label-studio';
const CONFIG_EXAMPLE =
  '<View><Labels name="label" toName="text"><Label value="Person" predicted_values="PER"/><Label value="LOC"/></Labels>' +
  '<Text name="text" value="$text"/></View>';

function labelStudioResources({ tagging, limits, guards }: Omit<ApiDependencies, 'models'>): readonly ApiResource[] {
  const predictRequest = labelStudioPredictRequest(limits);
  return [
    {
      path: `${LABEL_STUDIO}/health`,
      operations: {
        get: {
          id: 'labelStudioHealth',
          summary: 'Label Studio asks whether this ML backend is there',
          description: `In Label Studio the address of the backend is that of this server and \`${LABEL_STUDIO}\`.`,
          answer: { name: 'LabelStudioHealth', schema: labelStudioHealth, description: 'It is' },
          failures: [],
          handlers: [
            ...guards.show('tag'),
            (_request, response) => void response.json({ status: 'UP', model_class: 'Onomast' }),
          ],
        },
      },
    },
    {
      path: `${LABEL_STUDIO}/setup`,
      operations: {
        post: {
          id: 'labelStudioSetup',
          summary: 'Label Studio connects a project: is there a text to mark, with labels that the model knows?',
          body: {
            name: 'LabelStudioSetup',
            schema: labelStudioSetupRequest,
            examples: { project: { value: { project: '1.1700000000', schema: CONFIG_EXAMPLE } } },
          },
          answer: { name: 'LabelStudioModel', schema: labelStudioSetupAnswer, description: 'The active model' },
          failures: TAGGING_FAILURES,
          handlers: [
            ...guards.json('tag'),
            async (request: Request, response: Response) => {
              const { schema } = parseRequest(labelStudioSetupRequest, request.body);
              const model = await tagging.model();
              requireSharedLabel(readLabelConfig(schema), namedModel(model));
              response.json({ model_version: versionOf(model.identity) });
            },
          ],
        },
      },
    },
    {
      path: `${LABEL_STUDIO}/predict`,
      operations: {
        post: {
          id: 'labelStudioPredict',
          summary: 'Names in the texts of Label Studio’s tasks, as its predictions',
          description:
            'Labels are matched by name or by `predicted_values`; names of other labels are left out. Offsets count UTF-16 ' +
            'units, as Label Studio’s editor does. One bad task fails the request.',
          body: {
            name: 'LabelStudioTasks',
            schema: predictRequest,
            examples: {
              task: {
                value: {
                  tasks: [{ id: 7, data: { text: 'Ada Lovelace met José in Zürich.' } }],
                  project: '1.1700000000',
                  label_config: CONFIG_EXAMPLE,
                  params: { context: null },
                },
              },
            },
          },
          answer: {
            name: 'LabelStudioPredictions',
            schema: labelStudioPredictAnswer,
            description: 'One prediction a task, in their order',
          },
          failures: TAGGING_FAILURES,
          handlers: [
            ...guards.json('tag'),
            async (request: Request, response: Response) => {
              const { tasks, label_config } = parseRequest(predictRequest, request.body);
              const config = readLabelConfig(label_config);
              const texts = tasks.map(({ data }, index) =>
                readText(data[config.textKey], { path: `tasks[${index}].data.${config.textKey}`, limits }),
              );
              const answer = await tagging.tag(response, undefined, { inputs: { texts }, options: {}, form: NAMES });
              requireSharedLabel(config, namedModel(answer));
              const results = namesOf(answer).map(({ entities }) => prediction(entities, config, answer.identity));
              tagging.send(request, response, JSON.stringify({ results }));
            },
          ],
        },
      },
    },
    ...(['webhook', 'train'] as const).map(
      (name): ApiResource => ({
        path: `${LABEL_STUDIO}/${name}`,
        operations: {
          post: {
            id: `labelStudio${name === 'webhook' ? 'Webhook' : 'Train'}`,
            summary:
              name === 'webhook'
                ? 'Label Studio tells of an event, from which nothing is learned'
                : 'Label Studio asks for a training, which is refused: it is begun in this server’s own page',
            body: {
              name: name === 'webhook' ? 'LabelStudioEvent' : 'LabelStudioTraining',
              schema: name === 'webhook' ? labelStudioEvent : labelStudioEvent.partial(),
              examples: { created: { value: { action: 'ANNOTATION_CREATED', project: { id: 1 } } } },
            },
            answer: { name: 'LabelStudioNoted', schema: labelStudioEventAnswer, description: 'Noted' },
            failures: TAGGING_FAILURES,
            handlers: [
              ...guards.json('tag'),
              (request: Request, response: Response) => {
                const { action } = parseRequest(labelStudioEvent.partial(), request.body);
                if (name === 'train' || action === 'START_TRAINING') {
                  throw new AppError(
                    'invalid_request',
                    'training is not begun from Label Studio: export the project as JSON, then upload it to a project of this ' +
                      'server, or run `onomast train` on it',
                  );
                }
                response.json({ status: 'nothing is learned from events' });
              },
            ],
          },
        },
      }),
    ),
  ];
}

function doccanoResource({ tagging, limits, guards }: Omit<ApiDependencies, 'models'>): ApiResource {
  return {
    path: '/api/doccano',
    operations: {
      post: {
        id: 'doccano',
        summary: 'Names in a text in the shape that doccano’s auto labeling takes',
        description:
          'In doccano: Custom REST Request, method POST, body `{"text": "{{ text }}"}`, and as mapping template ' +
          '`{{ input | tojson }}`. Offsets count code points, as doccano does.',
        body: {
          name: 'DoccanoRequest',
          schema: doccanoRequest,
          examples: { text: { value: { text: 'Ada Lovelace met José in Zürich.' } } },
        },
        answer: { name: 'DoccanoLabels', schema: doccanoAnswer, description: 'The names found' },
        failures: TAGGING_FAILURES,
        handlers: [
          ...guards.json('tag'),
          async (request: Request, response: Response) => {
            const { text, threshold } = parseRequest(doccanoRequest, request.body);
            readText(text, { path: 'text', limits });
            const job = { inputs: { texts: [text] }, options: { threshold }, form: NAMES };
            const [{ entities }] = namesOf(await tagging.tag(response, undefined, job));
            const { fromUtf16 } = createOffsetConverter(text, 'codepoint');
            const labels = entities.map(({ label, start, end }) => ({
              label,
              start_offset: fromUtf16(start),
              end_offset: fromUtf16(end),
            }));
            tagging.send(request, response, JSON.stringify(labels));
          },
        ],
      },
    },
  };
}

const NAMES = { kind: 'names' } as const;

/** One bad text fails the request: these tools have no place for an error beside answers. */
function namesOf({ outputs }: JobAnswer): readonly Found[] {
  return outputs.map((output) => {
    if (isFailure(output)) throw errorOf(output);
    return output as Found;
  });
}

function prediction(entities: Found['entities'], config: LabelConfig, identity: ModelIdentity): object {
  const { fromName, toName } = config;
  const shown = entities.flatMap((entity) => {
    const label = config.labelFor(entity.label);
    return label === undefined ? [] : [{ ...entity, label }];
  });
  return {
    model_version: versionOf(identity),
    ...(shown.length > 0 && { score: shown.reduce((sum, { score }) => sum + score, 0) / shown.length }),
    result: shown.map(({ start, end, text, label, score }) => ({
      from_name: fromName,
      to_name: toName,
      type: 'labels',
      score,
      value: { start, end, text, labels: [label] },
    })),
  };
}

function namedModel({ identity, labels }: TaggingModel): { readonly id: string; readonly labels: readonly string[] } {
  return { id: versionOf(identity), labels };
}

function versionOf({ id, version }: ModelIdentity): string {
  return `${id}@${version}`;
}
