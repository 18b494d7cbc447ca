/** Signers of the pipeline's own cookies. The one place of the pipeline that knows how a signer is made. */
import type { Request } from '../http/request.ts';
import { BadSignature, Signer } from '../signing/index.ts';
import { refuse } from './check-options.ts';

/** Signs and checks texts under one key and purpose. */
export interface TextSigner {
  sign(value: string): string;
  /** The value again; undefined for a text that none of the keys has signed. */
  unsign(signed: string): string | undefined;
}

/** `purpose` keeps signatures from being used elsewhere. FastServeError (FS_APP), begun with `call`, for a key that is too weak. */
export function makeSigner(call: string, purpose: string, key: string, fallbacks: readonly string[]): TextSigner {
  return tolerant(checkedSigner(call, purpose, key, fallbacks));
}

/** The same under the secret key of the application that the request belongs to. FastServeError (FS_APP) when it has none. */
export function applicationSigner(request: Request, purpose: string): TextSigner {
  return tolerant(request.signer(`fastserve.${purpose}`));
}

function tolerant(signer: Signer): TextSigner {
  return {
    sign: (value) => signer.sign(value),
    unsign(signed) {
      try {
        return signer.unsign(signed);
      } catch (error) {
        if (error instanceof BadSignature) return undefined;
        throw error;
      }
    },
  };
}

function checkedSigner(call: string, purpose: string, key: string, fallbacks: readonly string[]): Signer {
  try {
    return new Signer({ key, salt: `fastserve.${purpose}`, fallbacks });
  } catch (error) {
    return refuse(call, (error as Error).message);
  }
}
