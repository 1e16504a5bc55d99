/** Texts without their names: `import { createRedactor } from 'onomast/redaction'`. Importing it does nothing else. */

export type { Operator } from '#app/redaction/operators.js';
export { PERSONAL_DATA, type PersonalData, type PhoneFinder, phoneFinder } from '#app/redaction/personal-data.js';
export type { PseudonymKey } from '#app/redaction/pseudonyms.js';
export {
  createRedactor,
  type RedactedItem,
  type RedactedText,
  type RedactionOptions,
  type Redactor,
  restoreText,
} from '#app/redaction/redactor.js';
