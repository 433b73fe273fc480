/**
 * The node that served this page, by the same client that programs use.
 *
 * Owns: the one connection of the page. Everything that it shows comes through here, and from
 * nowhere else.
 */
import { connect } from '../client/connect.ts';

export const node = connect(window.location.origin);
