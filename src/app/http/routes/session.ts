import type { Express, Request, Response } from 'express';
import { allowOnly } from '#app/http/error-handler.js';
import { type Access, tokenCookie } from '#app/http/guards/access.js';
import type { Guards } from '#app/http/guards/guards.js';

/** Where a browser gives the token that its pages then send as a cookie, which no script can read. */
export function addSession(app: Express, { access, guards }: { access: Access; guards: Guards }): void {
  app
    .route('/session')
    .post(...guards.entry(access), (request: Request, response: Response) => {
      const { token } = request.body as { token: string };
      response.set('Set-Cookie', tokenCookie(token, request.secure)).redirect(303, '/');
    })
    .all(allowOnly(['POST']));
}
