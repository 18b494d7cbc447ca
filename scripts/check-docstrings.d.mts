/** Names of the public entries without a docstring, as "name (src/file.ts)". */
export function undocumented(): string[];
/** How many names are looked at. */
export function exportCount(): number;
