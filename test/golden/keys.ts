/**
 * What the golden ledger of keys was made from: four entries and two checkpoints, the second by an old and a new key.
 *
 * Like those of `input.ts`, these files are a promise and are never made again. Nobody has the private keys any more.
 */
import type { Entry } from '../../shared/archive/entry.ts';
import { TENANT_ID } from './input.ts';

export const KEYS_LOG_TYPE = 'provisioning';

const log = `${TENANT_ID}/${KEYS_LOG_TYPE}`;

const OLD_KEY = {
  spki: 'MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEUCuigoZzqqGiYYfSJN4CK8f7jP8cvSTVqqvLWYz1SQITHHKE92AYlreWNC4xXRm+mAn45T56AgSFGoZDf+Dibw==',
  sha256: 'ca1f6f14847e071c1c1bce1df5a48ad67916aff90f2c7c4c2f03e1c1adf990c2',
} as const;
const NEW_KEY = {
  spki: 'MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE5taS2+iIQY2M1qQJK+PjSQYVxsoj2cLWu1qpZOTa4sg3hqhBo17TBF4bn5wmshBQLwm3KUCb4tmrs5TNjJnrbw==',
  sha256: '5faa5da88975d0241f4e2b9c5e67e7bf6141065af80c265a36fd6c7ba66629ac',
} as const;

/** Public keys, SPKI in DER. */
export const OLD_SPKI = Buffer.from(OLD_KEY.spki, 'base64');
export const NEW_SPKI = Buffer.from(NEW_KEY.spki, 'base64');

/** What each stored checkpoint says, who signed it, and the signatures as its lines have them, key id in front. */
export const GOLDEN_CHECKPOINTS = [
  {
    checkpoint: { log, size: 3, root: Buffer.from('kLhX9w+FrFOJR/zQTcMbjMHO2Xws51OtCqq1v9hVDbI=', 'base64') },
    signedBy: [OLD_SPKI],
    signatures: ['yh9vFDBGAiEAzjjPlgQj8bEU3GzdZSnG04M+VjyGqmUClOiM0zlutu8CIQDjjDIhlxP8980CkcbqH5S/1RpQIb2MVZduED70AOXf4g=='],
  },
  {
    checkpoint: { log, size: 4, root: Buffer.from('YUV+2AoptrBZpO38ntRrWQ84X8FWvTKfe8u4lVaprqg=', 'base64') },
    signedBy: [OLD_SPKI, NEW_SPKI],
    signatures: [
      'yh9vFDBEAiBJZ+28vX+TiLoGOahu63S/eIopiof9IO4DO7d9CAVgxwIgeB9GRZSXr6hPhbqyQnhoufUZdJ2dJuozA7/sPSi4s3g=',
      'X6pdqDBGAiEAj+4hzc2WhMgBygifEI/r/cy3eEUnWgKtBP2+umQjuRECIQCxStKtQpmyBbr+ogbc6jovTzxNOfsUX5RPajwfCpFXkQ==',
    ],
  },
] as const;

/** Entry `seq` of the ledger, given the hash of the one before. */
export function goldenKeyEntries(): readonly ((prev: string) => Entry)[] {
  const head = (seq: number, prev: string, time: string) => ({ v: 1, log, seq, prev, time, app: '0.2.0' }) as const;
  const segment = `archive-2555d/tenant=${TENANT_ID}/log=${KEYS_LOG_TYPE}/date=2026-11-21/hour=09`;
  return [
    (prev) => ({
      ...head(0, prev, '2026-11-20T06:00:00Z'),
      kind: 'key',
      key: { ...OLD_KEY, signedBy: null, signature: null },
    }),
    // A heartbeat: nothing was checked, and the ledger says that it is alive.
    (prev) => ({
      ...head(1, prev, '2026-11-20T07:00:00Z'),
      kind: 'verify',
      verify: { segments: 0, mismatches: 0, mismatched: [], index: null },
    }),
    (prev) => ({
      ...head(2, prev, '2026-12-20T03:00:00Z'),
      kind: 'verify',
      verify: {
        segments: 12,
        mismatches: 1,
        mismatched: [`${segment}/000000000001-3b8f1f2a77c0de95.jsonl.gz`],
        index: 'same',
      },
    }),
    (prev) => ({
      ...head(3, prev, '2027-11-20T06:00:00Z'),
      kind: 'key',
      key: {
        ...NEW_KEY,
        signedBy: OLD_KEY.sha256,
        signature: 'MEUCIQDWkrqLVJLjEsrL7B17eiFxOUZslRbjXxCDHK3ATL/zqQIgCj+FXZePRzrDsi7Hfa7QYD1HlLoW9EmQR9nBS+0oq5w=',
      },
    }),
  ];
}
