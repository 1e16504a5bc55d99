import type { ModelConfig } from '#tagging/model/model-config.js';

/** Every cell and what can stand around it, for whatever must say the same as the network: cached tagging, exports. */
export const ONE_WAY_NETWORKS: readonly [name: string, config: Partial<ModelConfig>][] = [
  ['tanh RNN, the default', {}],
  ['no look-ahead', { look_ahead: 0 }],
  ['look-ahead beyond most sentences', { look_ahead: 7 }],
  ['ReLU', { rnn_type: 'relu' }],
  ['GRU', { rnn_type: 'gru' }],
  ['LSTM', { rnn_type: 'lstm' }],
  [
    'two layers of GRU, residual, layer normalisation',
    { rnn_type: 'gru', layers: 2, residual: true, normalization: 'layer' },
  ],
  [
    'three layers of LSTM, residual, batch normalisation',
    { rnn_type: 'lstm', layers: 3, residual: true, normalization: 'batch' },
  ],
  ['two layers, BIO, CRF', { layers: 2, tag_format: 'bio', crf: true }],
];
