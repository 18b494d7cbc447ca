/** The text of a chunk's file, and the modules of Node that it uses. */
export function chunkCode(fileName: string, given: string): { code: string; builtins: string[] };
/** The property of $node under which it asks for one. */
export function keyOf(name: string): string;
