// Digital Credentials Consortium's verifier-core, as VerifierPlus and the Learner Credential Wallet use it.
import {verifyCredential} from '@digitalcredentials/verifier-core';

const STEPS = ['valid_signature', 'expiration', 'revocation_status'];

export async function judge(credential) {
  const result = await verifyCredential({credential, knownDIDRegistries: []});
  const log = result.log ?? [];
  const steps = STEPS.filter(id => id !== 'revocation_status' || credential.credentialStatus);
  // a registry of issuers is another question: its README leaves that to the reader
  const verified = !result.errors && steps.every(id => log.find(step => step.id === id)?.valid === true);
  const schemas = result.additionalInformation?.find(entry => entry.id === 'schema_check')?.results;
  const errors = result.errors?.map(({name, message}) => ({name, message}));
  return {verified, detail: {errors, log: log.filter(step => STEPS.includes(step.id)), schemas}};
}
