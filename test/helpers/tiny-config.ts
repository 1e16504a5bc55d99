/**
 * Settings that train in milliseconds. Everything a result could depend on is spelt out, so that a better default for
 * users changes no test.
 */
export const TINY_CONFIG = {
  rnn_type: 'rnn',
  hidden_size: 8,
  look_ahead: 1,
  tag_format: 'bioes',
  word_dimension: 6,
  word_min_count: 1,
  affix_dimension: 3,
  affix_buckets: 31,
  shape_dimension: 2,
  max_epochs: 3,
  max_steps: 0,
  patience: 8,
  eval_frequency: 1,
  batch_size: 3,
  shards: 2,
  optimizer: 'adam',
  learn_rate: 0.01,
  schedule: 'linear',
  warmup_steps: 2,
  grad_clip: 5,
  L2: 0,
  weight_average: 0.9,
  dropout: 0.3,
  word_dropout: 0.1,
  fit_bias: false,
} as const;
