/**
 * Outputs where a URL begins. Text behind one may make it the URL's scheme ({{ x }}:...), and then it needs another guard; that is
 * known when its code is already part of statements. So generated code carries a place for it, which is filled when all of
 * the template has been seen.
 */

/** Generated strings are JSON, in which control characters are escaped, so a place is never part of one. */
const PLACE = /\x03(\d+)\x04/g;

/** One output. */
export interface UrlOutput {
  /** What stands for the code of the output. */
  readonly place: string;
  /** Text behind it makes it the scheme. */
  isScheme: boolean;
}

interface CodedOutput extends UrlOutput {
  readonly asUrl: string;
  readonly asScheme: string;
}

export class UrlOutputs {
  readonly #outputs: CodedOutput[] = [];

  /** Both forms of the code of an output. */
  add(asUrl: string, asScheme: string): UrlOutput {
    const output = { place: `\x03${this.#outputs.length}\x04`, isScheme: false, asUrl, asScheme };
    this.#outputs.push(output);
    return output;
  }

  /** Fills the places. */
  resolve(code: string): string {
    return code.replace(PLACE, (_place, index: string) => {
      const { isScheme, asUrl, asScheme } = this.#outputs[Number(index)] as CodedOutput;
      return this.resolve(isScheme ? asScheme : asUrl);
    });
  }
}
