/**
 * The code of form 3, as it was released: never edit it. It differs from form 2 in the body, which is packed with a
 * dictionary. It imports nothing of the code that it is held against.
 */
import { deflateSync, gzipSync, inflateSync } from 'node:zlib';
import { readForm2, writeForm2 } from './form-2.ts';

const DICTIONARY = inflateSync(
  Buffer.from(
    'eNqVVmtr4zgU/StFn91iZ5jdrT9tpg1D2DQNsVPYKcEo1k2qXVkykpyZUPzflyvJr7bDsNBCdF+Sjs49169Eg6mVNEDSV2IstY1xv5qyBGNI' +
      'SqxugESkVAxIOovjiFRgDD0BScljDZparuRV5uOPjSARscpSQdIk6soUpWqkJWnSRqRsjFUVaLdNtyDp8ys5cm2spBVWJhERdLyq1IEL/H2b' +
      'kIhARbnwDvhhQUsqCs5CHj+C5RUUteLSGpLGY1ujyxdqIJjVhQp7GUeWjdYgbWEEPfh69lLjviGWRETDiRsLGlhhrNIOOQ8PhndHbieBlgvx' +
      '07jGgO6PX6oG38MH40+HTec1oDmYPlgdj5PUrjgDU2pe49OEvPCyhJaWn92DaqAWWMGoxaRZPPvtOk6u4+QqidMY/0ZBh0vYT58KkJbbSxFg' +
      'yfLH7WLqOVPRhHOcqeDd5XGL36+T2fUnfEGrqTR4GCUL2VQH5ABx4DKACvBGRyoMkHbfRoRbqIpfsjOJp/S8C+y6Mj07xeVKg9UczsBIRL5T' +
      'Lbk8uaJHDoKR9Hnfti3+e9CTiNRaHblAynQkXU9IOqw4QwiO3LH7+bWjTuCug6MJHG6j3u3JPHj/PKHhplTVJCrwfMlGoeOAkmoWkBwH7Nt9' +
      'T/SlPCq8aljmb5ndtclm1CU3cYu0O1XgWuS17atttDppWt2DpVz4Cw+vF9/E2Js11/1Kg2207JeU/dMY2y/7vbtevBkadGIrm6oRFFk8PeZw' +
      'S0bS66Rv5cx3csbF2UEzMt9P2qSPkPCjy/qqBBtZMtCcinXg62xwTCuFLNSQbK28Egp6WCAcl/u+4UI35LNP6efb9PPtN+LIhqAuPfUYCHoB' +
      'Nrl/sG0Dmh/5Fh73icuJ8vxMuaAHAe9dH9YTXP4LbEO1laDDe/uXrie2cNypceiLqf3+rTgFd85Bd9AmU+vbSmicoDm4HgArmBdeL9lHuwfS' +
      'Z7vNZrV4WKzz+fbvd0FDkcxSbd9t8i5sIdmvg1bU2F2Ngvv/gueo2dxeuvmGb0JSlL6IWA76CzVocHqJ3R44lHMruk1+hry3+zfP1Z1rjfKy' +
      'xaFO0gQp0NQnTRlkVlMLJx5kMFjdzo9Y7G633S7WebF5XK7zjPR5+YsG84L90HWv1+Sddy/cyHhCtQofBK45n7x8uYwTrXMVwoPJqdsTzpZd' +
      'bdV0tLSIgMvZgoTvWVNVVF9IKhshHDjurr35eY9fKYceFy+RSHDNlfagf9mt/sJ2LpWjzny1Qhl5oVICzrXFw3y5Gj4UHjf5ck1wK1TksTr6' +
      '4T2QOSTcL78u87mrSTVbj4ahT7jrx7qfgJ2KczP3wzxQQdCDO8/8Ll8+LcZDP1jaoMgjCfojSFAcZv43d/BhLD7v2/8AzXhnNQ==',
    'base64',
  ),
);

/** What form 3 stores for an entry. */
export function writeForm3(...[key, entry, version]: Parameters<typeof writeForm2>) {
  const body = { B: new Uint8Array(deflateSync(entry.body, { dictionary: DICTIONARY })) };
  return { ...writeForm2(key, entry, version), form: { N: '3' }, body };
}

/** What a release that knows form 3 reads of an item; undefined: it is a miss. */
export function readForm3(item: Parameters<typeof readForm2>[0]): ReturnType<typeof readForm2> {
  if (item.form?.N !== '3' || item.body?.B === undefined) return readForm2(item);
  const text = inflateSync(item.body.B, { dictionary: DICTIONARY });
  return readForm2({ ...item, form: { N: '2' }, body: { B: gzipSync(text) } });
}
