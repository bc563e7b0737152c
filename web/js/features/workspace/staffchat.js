// A live chat as its counsellor has it: a colleague may take it over while it runs. Draws nothing; views subscribe.

import { ChatModel } from '../live/chat.js';
import { shared } from './shared.js';

export class StaffChat extends shared(ChatModel) {
  /** @param {import('./shared.js').SharedParts} parts */
  constructor(parts) {
    super(parts);
  }
}
