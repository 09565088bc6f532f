import { z } from 'zod';
import { queryString } from './query-string.js';
import { parseResponse } from './responses.js';
import { urlPath } from './url-path.js';
import type { Transport } from './transport.js';
import { MatrixError } from './types.js';
import { matrixTexts } from './texts.js';

/**
 * Server name and media id of `mxc://server/id`; undefined for anything else. The id's characters are those of the spec
 * ("Matrix Content URIs").
 */
function parseMxc(uri: string): { server: string; mediaId: string } | undefined {
  const found = /^mxc:\/\/([A-Za-z0-9.:[\]-]{1,255})\/([A-Za-z0-9_-]{1,255})$/.exec(uri);
  return found === null ? undefined : { server: found[1]!, mediaId: found[2]! };
}

/** Sizes of thumbnails, in pixels, of the middle of a picture and of all of it; every Synapse has them. */
const MIDDLE = { width: 96, height: 96, method: 'crop' };
const WHOLE = { width: 320, height: 240, method: 'scale' };

const uploadAnswer = z.object({ content_uri: z.string() });

/** Pictures from the homeserver (authenticated media, Matrix 1.11), and files that the bot sends. */
export function createMediaApi(transport: Transport, asToken: string) {
  const headers = { Authorization: `Bearer ${asToken}` };
  return {
    /**
     * The bytes of a picture: the homeserver's thumbnail, so that an untrusted file is decoded by its codecs and not by
     * ours; the file itself where it has none. Redirects are not followed.
     * @param whole with its proportions; else the thumbnail may be cut to a square
     */
    async picture(
      mxc: string,
      { maxBytes, timeoutMs, whole = false }: { maxBytes: number; timeoutMs: number; whole?: boolean },
    ): Promise<Buffer> {
      const parts = parseMxc(mxc);
      if (parts === undefined) throw new MatrixError(400, 'M_INVALID_PARAM', matrixTexts.notMxc);
      const wait = { timeout_ms: timeoutMs };
      try {
        const query = queryString({ ...(whole ? WHOLE : MIDDLE), animated: false, ...wait });
        return await transport.bytes({
          target: urlPath`/_matrix/client/v1/media/thumbnail/${parts.server}/${parts.mediaId}` + query,
          headers,
          timeoutMs,
          maxBytes,
        });
      } catch (error) {
        if (!(error instanceof MatrixError) || error.transient) throw error;
      }
      return transport.bytes({
        target: urlPath`/_matrix/client/v1/media/download/${parts.server}/${parts.mediaId}` + queryString(wait),
        headers,
        timeoutMs,
        maxBytes,
      });
    },
    /** Uploads text as a file (spec "POST /_matrix/media/v3/upload"); resolves with its mxc:// URI. */
    async uploadText(
      text: string,
      { name, type, timeoutMs }: { name: string; type: string; timeoutMs?: number },
    ): Promise<string> {
      const { body } = await transport.send({
        method: 'POST',
        target: '/_matrix/media/v3/upload' + queryString({ filename: name }),
        headers: { ...headers, 'Content-Type': type },
        body: text,
        timeoutMs,
      });
      return parseResponse(uploadAnswer, body).content_uri;
    },
  };
}
