/** The face of the message layer. */
export { type Message, type MessageLevel } from './message.ts';
export { addMessage, getMessages, messages, type MessagesOptions } from './middleware.ts';
export { MessageList } from './request-messages.ts';
