// What an import costs that brings nothing: the base of import-time.ts.
export {};
