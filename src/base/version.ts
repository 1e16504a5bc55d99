/** The version of the program, as in package.json (a test compares them). */
export const ONOMAST_VERSION = '0.1.0';
