/**
 * A certificate for 127.0.0.1 that nobody but this process trusts, made when it is needed: Node can sign one, but has no
 * words for what stands in it (RFC 5280), so that the few parts are written in DER here.
 */
import { generateKeyPairSync, sign } from 'node:crypto';

export interface Identity {
  readonly key: string;
  readonly cert: string;
}

const [BOOLEAN, INTEGER, BITS, OCTETS, OID, TEXT, TIME, SEQUENCE, SET] = [1, 2, 3, 4, 6, 12, 24, 0x30, 0x31] as const;
/** Of a subject's alternative names. */
const IP_ADDRESS = 0x87;

const der = (tag: number, ...parts: readonly Buffer[]): Buffer => {
  const body = Buffer.concat(parts);
  const long = body.length < 128 ? [body.length] : [0x82, body.length >> 8, body.length & 0xff];
  return Buffer.concat([Buffer.from([tag, ...long]), body]);
};
const hex = (text: string): Buffer => Buffer.from(text, 'hex');
const oid = (text: string): Buffer => der(OID, hex(text));

const COMMON_NAME = oid('550403');
const BASIC_CONSTRAINTS = oid('551d13');
const ALTERNATIVE_NAMES = oid('551d11');
const ECDSA_WITH_SHA256 = der(SEQUENCE, oid('2a8648ce3d040302'));

export function selfSigned(): Identity {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const name = der(SEQUENCE, der(SET, der(SEQUENCE, COMMON_NAME, der(TEXT, Buffer.from('127.0.0.1')))));
  const time = (text: string) => der(TIME, Buffer.from(text));
  const extensions = der(
    SEQUENCE,
    der(SEQUENCE, BASIC_CONSTRAINTS, der(BOOLEAN, hex('ff')), der(OCTETS, der(SEQUENCE, der(BOOLEAN, hex('ff'))))),
    der(SEQUENCE, ALTERNATIVE_NAMES, der(OCTETS, der(SEQUENCE, der(IP_ADDRESS, Buffer.from([127, 0, 0, 1]))))),
  );
  const content = der(
    SEQUENCE,
    der(0xa0, der(INTEGER, hex('02'))),
    der(INTEGER, hex('01')),
    ECDSA_WITH_SHA256,
    name,
    der(SEQUENCE, time('20200101000000Z'), time('20991231235959Z')),
    name,
    publicKey.export({ type: 'spki', format: 'der' }),
    der(0xa3, extensions),
  );
  const signature = der(BITS, hex('00'), sign('sha256', content, privateKey));
  const certificate = der(SEQUENCE, content, ECDSA_WITH_SHA256, signature).toString('base64');
  return {
    key: String(privateKey.export({ type: 'pkcs8', format: 'pem' })),
    cert: `-----BEGIN CERTIFICATE-----\n${certificate.replaceAll(/.{64}/g, '$&\n')}\n-----END CERTIFICATE-----\n`,
  };
}
