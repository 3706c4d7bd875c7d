// What row 12 compares the library with. A module needs one statement to be told from a script.
export const isEmpty = true;
