import "server-only";
import { createTransport, type Transporter } from "nodemailer";
import { log } from "#data/log.ts";
import { env } from "#env.ts";

/** Whether this installation can send mail; where it cannot, organizers approve people. */
export function mailWorks(): boolean {
  return env.SMTP_URL !== undefined;
}

let transport: Transporter | undefined;

/**
 * Sends a plain-text mail without waiting for it: how long the mail server takes would tell a visitor whether the
 * address has an account. What goes wrong is logged.
 */
export function sendMail(to: string, subject: string, text: string): void {
  if (env.SMTP_URL === undefined) return;
  transport ??= createTransport(env.SMTP_URL);
  transport.sendMail({ from: env.MAIL_FROM, to, subject, text }).catch((error: unknown) => {
    log.error({ error: String(error), subject }, "a mail could not be sent");
  });
}
