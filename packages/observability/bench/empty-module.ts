/** All there is in the module whose import is the base of import-time.ts. */
export const nothing = undefined;
