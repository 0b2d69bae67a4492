/** Every word that a person sees in the browser's part, in English. One place to translate. */

import { between, day, dayOf, hour, hours, when } from './times'
import type { UnsaidReason } from './wire/frames'

const plural = (count: number, one: string, many: string): string =>
  count === 1 ? `1 ${one}` : `${count.toLocaleString('en')} ${many}`

const list = new Intl.ListFormat('en')
const names = (all: readonly string[]): string => list.format(all)

/** The beginning of something that is told by it. */
const start = (text: string): string => (text.length > 40 ? `${text.slice(0, 40)}…` : text)

/** Why a message was not stored, by the server's names for it. */
const CHAT_REASONS: Record<UnsaidReason, string> = {
  'too-long': 'it is too long.',
  'no-right': 'you may not speak here any more.',
  empty: 'there is nothing in it.',
  gone: 'this document is gone.',
  later: 'the server could not store it.',
}

/** What a document's owner lets others do. */
const CAN = { editor: 'can edit', commenter: 'can comment', reader: 'can read' }

export const words = {
  // Status
  saved: 'Saved',
  saving: 'Saving…',
  connecting: 'Connecting…',
  reconnecting: 'Reconnecting…',
  readOnly: 'Read only',
  mayComment: 'Read only: you may comment',
  offlineSaved: 'Offline — all changes are saved',
  offlineKept: (count: number) => `Offline — ${plural(count, 'change', 'changes')} kept here`,
  offlineUnkept: (count: number) =>
    `Offline — ${plural(count, 'change', 'changes')} in this tab only, keep it open`,
  readOnlyUnsaved: (count: number) =>
    `Read only — ${plural(count, 'change', 'changes')} kept here, not saved`,
  readOnlyUnkept: (count: number) =>
    `Read only — ${plural(count, 'change', 'changes')} in this tab only, not saved`,
  notSaved: (count: number) => `${plural(count, 'change is', 'changes are')} kept on this device.`,
  notKept: (count: number) =>
    `${plural(count, 'change is', 'changes are')} in this tab only: copy what you need before you close it.`,
  stopped: 'Not connected',

  // Sentences
  signedOut: 'You are not signed in any more. Sign in again to go on.',
  noRight: 'You have no right to this document any more.',
  gone: 'This document is gone, or you have no right to it any more.',
  trashed: 'This document is in the trash.',
  tooLargeFrame: 'A change was too large for the server. Reload the page to go on.',
  ended: 'An administrator ended this connection. Reload the page to go on.',
  tooFast:
    'Too many changes came too fast, or too many windows are open. Reload the page to go on.',
  malformed: 'The connection was closed because of a fault. Reload the page to go on.',
  refused: (reason: string) =>
    `One change could not be saved and was taken back (${reason}). Everything else is safe.`,
  tooLarge: 'This change is too large to save, so it was taken back. Everything else is safe.',
  unkept:
    'This browser keeps nothing for this site. What you type without a connection is lost when this tab closes.',
  blocked: 'Live connection is blocked; this is the latest saved text, read only.',
  notHere: 'This document is not kept on this device. It opens when you are online again.',
  foreign:
    'This document holds parts that this editor does not know; it is shown read only, nothing is lost.',
  unknownPart: (name: string) => (name ? `Unknown part: ${name}` : 'Unknown part'),
  titleFailed: 'The title could not be saved. Try again when you are online.',
  dismiss: 'Dismiss',

  // What was not saved
  mayOnlyRead: 'You may only read this document now.',
  unsavedTitle: (count: number) =>
    `${plural(count, 'change of yours was', 'changes of yours were')} not saved`,
  unsavedHint: 'These are the words that you wrote: copy or download what you need.',
  unsavedWordless: 'They hold no words: something was taken out, or looks different.',
  unsavedKept:
    'They stay on this device, and are saved after all when you open this document and may write in it again.',
  unsavedHere: 'They are in this tab only, and gone when you close it.',
  unsavedWords: 'What you wrote',
  unsavedCopied: 'What you wrote is copied.',
  unsavedNotCopied: 'The browser did not allow copying. The words are selected: copy them by hand.',
  unsavedFile: (title: string) => `${title} (not saved)`,
  unsavedDiscard: 'Discard…',
  discardTitle: 'Discard what was not saved?',
  discardBody: (count: number) =>
    `${plural(count, 'change is', 'changes are')} on this device only, and nobody can bring them back.`,
  discardStay: 'Keep them',
  discardGo: 'Discard them',
  discarded: 'What was not saved is discarded.',
  download: 'Download',
  loading: 'Opening…',

  // List
  documentsFound: (count: number) => `${plural(count, 'document', 'documents')} found`,
  waitingHere: 'Not saved',
  waiting: (count: number, title: string) =>
    `${plural(count, 'change', 'changes')} in “${title}” ${count === 1 ? 'is' : 'are'} on this device only, not saved.`,
  waitingOpen: 'Open it',
  noneInTexts: 'No document has these words in its title or text.',
  noneInTitles:
    'No document has these words in its title or first line. Texts cannot be searched now.',

  // Editor
  untitled: 'Untitled',
  text: 'Text of the document',
  placeholder: 'Write something…',
  someone: 'Someone',
  toolbar: 'Formatting',
  paragraph: 'Text',
  heading: (level: number) => `Heading ${level}`,
  bold: 'Bold',
  italic: 'Italic',
  underline: 'Underline',
  strike: 'Strikethrough',
  code: 'Code',
  link: 'Link',
  bulletList: 'Bulleted list',
  orderedList: 'Numbered list',
  taskList: 'Task list',
  blockquote: 'Quote',
  codeBlock: 'Code block',
  divider: 'Divider',
  table: 'Table',
  undo: 'Undo',
  redo: 'Redo',
  undoAnew: 'The text was loaded anew, and Undo begins anew with it.',
  addRow: 'Add row',
  addColumn: 'Add column',
  deleteRow: 'Delete row',
  deleteColumn: 'Delete column',
  deleteTable: 'Delete table',
  linkAddress: 'Link address',
  linkExample: 'example.org',
  linkApply: 'Link',
  linkRemove: 'Remove link',
  linkUnsafe: 'Only web and mail addresses can be linked.',
  cancel: 'Cancel',

  // People
  roster: 'People here',
  status: { active: 'active', idle: 'idle', away: 'away' },
  person: (name: string, status: string) => `${name} — ${status}`,
  tabs: (count: number) => `${count} windows`,
  more: (count: number) => `+${count}`,
  moreNames: (names: string) => `Also here: ${names}`,

  // Logout
  logoutTitle: 'Some changes are not saved yet',
  logoutBody: (changes: number, messages: number, comments: number) => {
    const all = [
      changes > 0 ? plural(changes, 'change', 'changes') : '',
      messages > 0 ? plural(messages, 'chat message', 'chat messages') : '',
      comments > 0 ? plural(comments, 'comment', 'comments') : '',
    ].filter(Boolean)
    const are = changes + messages + comments === 1 ? 'is' : 'are'
    return `${names(all)} ${are} kept on this device only. Logging out deletes them.`
  },
  logoutStay: 'Stay signed in',
  logoutGo: 'Log out and delete them',

  // Sharing
  share: 'Share',
  shareTitle: (title: string) => `Share “${title || 'Untitled'}”`,
  shareEmail: 'E-mail address',
  shareRole: 'What they can do',
  shareRoleOf: (name: string) => `What ${name} can do`,
  shareRemove: (name: string) => `Remove ${name}`,
  sharePeople: 'Who can open this document',
  shareGiven: (name: string, role: keyof typeof CAN) => `${name} ${CAN[role]} now.`,
  shareTaken: (name: string) => `${name} has no access any more.`,
  shareOwnerOnly: 'Only the owner can share this document with more people.',
  shareOffline: 'The server cannot be reached. Nothing was changed; try again.',
  shareFailed: 'That did not work. Nothing was changed; try again.',
  remove: 'Remove',
  close: 'Close',
  copy: 'Copy',
  byLink: 'came by the link',
  roles: { owner: 'owner', ...CAN },
  can: CAN,
  linkTitle: 'Link',
  linkAnyone: 'Anyone who is logged in and has the link',
  linkTerm: 'For how long',
  terms: { day: 'for a day', week: 'for a week', month: 'for a month', always: 'until taken back' },
  linkMake: 'Make a link',
  linkStands: (role: keyof typeof CAN, until: Date | null) =>
    `Anyone with the link who is logged in ${CAN[role]} ${
      until ? `until ${day(until)}` : 'until you take it back'
    }.`,
  linkAddressHere: 'Address of the link',
  linkOnce: 'The address is shown only now: copy it before you close this.',
  linkHidden:
    'Its address was shown when it was made. To have one again, take it back and make another.',
  linkTakeBack: 'Take the link back',
  linkTaken: 'The link does not work any more, and who came by it has no access.',
  linkCopied: 'The link is copied.',
  linkNotCopied: 'The browser did not allow copying. Select the address and copy it by hand.',

  // Beside the text
  charactersLeft: (count: number) => `${plural(count, 'character', 'characters')} left`,
  tooManyCharacters: (count: number) => `${plural(count, 'character', 'characters')} too many`,
  send: 'Send',
  sending: 'Sending…',
  again: 'Try again',
  removeOf: (text: string) => `Remove “${start(text)}”`,
  removeBody: 'Its words go for everybody, and nobody can bring them back.',
  keep: 'Keep it',

  // Comments
  comments: 'Comments',
  commentsOpen: (count: number) => `Comments, ${count} open`,
  commentsLoading: 'Opening the comments…',
  commentsFailed: 'The comments cannot be shown now.',
  commentsEmpty: 'No comments yet.',
  commentsEmptyHint:
    'Select words in the text and say what you think of them: everybody who may edit or comment reads along, readers do not.',
  commentsEnded: 'You may only read this document now, so its comments are closed.',
  comment: 'Comment',
  commentSelect: 'Select words in the text to comment on them.',
  commentOn: (about: string) => `On “${start(about)}”`,
  commentGoTo: 'Show in the text',
  commentGone: 'No longer in the text',
  commentText: 'Your comment',
  answer: 'Answer',
  answerText: 'Your answer',
  answersBetween: (count: number) => `${plural(count, 'more answer', 'more answers')}`,
  settle: 'Settle',
  settled: 'The comment is settled.',
  settledBy: (name: string, time: string) => `Settled by ${name}, ${time}`,
  settledOnes: (count: number) => `Settled (${count})`,
  reopen: 'Reopen',
  reopened: 'The comment is open again.',
  commentedBy: (name: string) => `${name} commented.`,
  commentRemoved: 'Removed',
  commentRemoveTitle: 'Remove this comment?',
  commentBegun: 'You have begun another comment: send or cancel it first.',
  commentDiscarded: 'What you wrote is discarded.',
  commentOffline: 'Not stored: the server did not answer. Your words stay here; try again.',
  notDone: 'That was not done: the server did not answer. Try again.',

  // Chat
  chat: 'Chat',
  chatNew: (count: string) => `Chat, ${count} new`,
  chatNewer: (count: string) => `${count} new in the chat`,
  chatMessages: 'Messages',
  chatLoading: 'Opening the chat…',
  chatFailed: 'The chat cannot be shown now.',
  chatEmpty: 'Nobody has said anything yet.',
  chatEmptyHint:
    'Talk here about the text: everybody who may edit or comment reads along, readers do not.',
  chatEarlier: 'Earlier messages',
  chatEarlierFailed: 'Earlier messages cannot be read now. Try again.',
  chatBelow: 'New messages',
  chatFromHere: 'New',
  chatText: 'Message',
  chatPlaceholder: 'Write a message…',
  chatKeys: 'Enter sends, Shift+Enter begins a new line',
  chatOffline: 'Offline: sent when you are connected again',
  chatStopped: 'Not connected: what you write here is not sent',
  chatWaiting: 'Waiting for the connection…',
  chatNotSent: (reason: UnsaidReason) => `Not sent: ${CHAT_REASONS[reason] ?? CHAT_REASONS.later}`,
  chatDiscard: 'Discard',
  chatRemoving: 'Removing…',
  chatRemoved: (name: string) => `Removed by ${name}`,
  chatRemoveTitle: 'Remove this message?',
  chatNotRemoved: 'The message could not be removed. Try again.',
  chatEnded: 'You may only read this document now, so its chat is closed.',

  // History
  history: 'History',
  historyOf: 'History of the document',
  historyLoading: 'Opening the history…',
  workingOut: (percent: number) => ` · Working out who wrote what… ${percent} %`,
  historyFailed: 'The history cannot be shown now. The text is safe; try again.',
  historyRewritten: 'This history was rewritten meanwhile, and has been opened anew.',
  backToNow: 'Back to now',
  backToText: 'Back to the text',
  play: 'Play',
  pause: 'Pause',
  speed: 'How fast',
  times: (speed: number) => `${speed} ×`,
  timelineOf: 'Timeline',
  timeline: 'Moment',
  momentOf: (name: string, time: string, seq: number, head: number) =>
    `${name}, ${time}, change ${seq} of ${head}`,
  lookingAtNow: 'You are looking at the latest text',
  lookingAt: (time: string, since: number) =>
    `You are looking at ${time} · ${plural(since, 'change', 'changes')} since then`,
  comparedWith: (time: string | null) =>
    time === null ? ' · compared with the beginning' : ` · compared with ${time}`,
  comparedSince: 'Compared with',
  theBeginning: 'the beginning',
  viewOf: 'How to show it',
  views: { text: 'Text', compare: 'Changes', sides: 'Side by side', authors: 'Authors' },
  needsWidth: ' · side by side needs a wider window',
  changesHere: 'Changes',
  previousChange: 'Previous change (Alt+↑)',
  nextChange: 'Next change (Alt+↓)',
  changeOf: (number: number, all: number) => `Change ${number} of ${all}`,
  countsOf: ({
    inserted,
    deleted,
    restyled,
  }: Record<'inserted' | 'deleted' | 'restyled', number>) => {
    const counts = { 'letters added': inserted, 'letters removed': deleted, restyled }
    const said = Object.entries(counts).filter(([, count]) => count > 0)
    return said.length === 0
      ? 'Nothing changed'
      : said.map(([what, count]) => `${count.toLocaleString('en')} ${what}`).join(' · ')
  },
  restoreThis: 'Restore',
  putBackSelection: 'Put back the selection',
  putBack: 'Put back',
  restored: (time: string) => `The text of ${time} is back.`,
  putBackDone: 'It is back in its place.',
  takenBack: (name: string) => `What ${name} did is taken back.`,
  nothingToDo: 'Nothing had to be done: it is all there.',
  partRestored:
    'Not all of it could be done: some words or styles do not fit the text as it is now. The rest is done.',
  noneRestored: 'It could not be done: it does not fit the text as it is now. Nothing was changed.',
  openPanel: 'Open',
  before: 'Before',
  after: 'After',
  selectKeys:
    'Arrow keys left and right select a word, up and down a paragraph; with Shift more of them.',
  panels: { versions: 'Versions', search: 'Search', shares: 'Authors' },
  dayOf,
  hours,
  changes: (count: number) => plural(count, 'change', 'changes'),
  addedRemoved: (added: number, removed: number) =>
    `${added.toLocaleString('en')} added, ${removed.toLocaleString('en')} removed`,
  noVersions: 'No version is like that.',
  olderVersions: 'Older versions',
  compareWithNow: 'Compare with now',
  takeBackOf: (name: string) => `Take back ${name}’s changes…`,
  takeBackTitle: (name: string) => `Take back what ${name} did here?`,
  takeBackHint: 'Marked is what would change in the text of now. Nothing of others is touched.',
  wouldCome: 'Would come',
  wouldGo: 'Would go',
  takeBackDo: 'Take it back',
  filter: 'Filter',
  filterPerson: 'Person',
  everybody: 'everybody',
  filterSince: 'From',
  filterUntil: 'Until',
  bookmarks: 'Bookmarks',
  bookmarkName: 'Name this moment',
  bookmarkAdd: 'Name it',
  bookmarkRemoved: (name: string) => `The name “${name}” is removed.`,
  lock: 'Lock',
  unlock: 'Unlock',
  locked: 'locked',
  rename: 'Rename',
  search: 'Search',
  searchPast: 'Words that are or were in the text',
  searchHint: 'Words that somebody deleted are found, too.',
  found: (count: number) =>
    count === 0
      ? 'These words were never in the text.'
      : `Found ${plural(count, 'time', 'times')}.`,
  writtenByAll: (all: readonly string[], time: string) => `Written by ${names(all)}, ${time}`,
  showMoment: 'Show',
  showBirth: 'Show when it was written',
  contributions: 'Whose words these are',
  contributionsHint: 'Of the letters in this text: whoever first wrote them.',
  shareOf: (share: number, characters: number) =>
    `${Math.round(share * 100)} % · ${plural(characters, 'letter', 'letters')}`,
  selectedWords: 'Selected words',
  selectHint: 'Select words in the text to see who wrote them, and when.',
  authors: 'Authors',
  authorsIn: 'Authors of this text',
  authorsLoading: 'Finding out who wrote what…',
  authorsHint: 'Select words to see who wrote them, and when.',
  authorsHide: 'Hide authors',
  authorsNowhere: 'Authors are shown in the live text only, and it is not here now.',
  lettersOf: (letters: number) => plural(letters, 'letter', 'letters'),
  moreAuthors: (count: number) => `and ${plural(count, 'other', 'others')}`,
  audience: 'Who may see this history',
  audiences: { owner: 'Only you', editors: 'Editors', readers: 'Everybody who can read' },
  redact: 'Remove for ever…',
  redactTitle: 'Remove these words for ever?',
  redactHint:
    'They vanish from the text, from every moment of its history and from what the server keeps. A mark says that something was removed, by whom and when. This cannot be undone, and copies that somebody already took cannot be recalled.',
  redactDo: 'Remove for ever',
  redactions: 'Removed for ever',
  redactedBy: (name: string, time: string) => `Words were removed by ${name}, ${time}`,
  scar: 'Words were removed here for ever',
  redacted: 'The words are gone, here and in all of the history.',
  sinceVisit: (count: number, all: readonly string[]) =>
    `Since your last visit: ${plural(count, 'change', 'changes')} by ${names(all)}`,
  alarmed: (name: string, time: string) => `Most of this document was deleted by ${name}, ${time}.`,
  bringBack: 'Bring it back',
  leaveSo: 'Leave it so',
  broughtBack: 'What was deleted is back.',
  sinceLook: 'Step through',

  // History: what a mark in the text says
  when,
  hour,
  between,
  formerMember: 'former member',
  nobodyKnown: 'somebody unknown',
  notToldYet: 'Just now, not in the history yet',
  textThen: 'Text of the document at this moment',
  insertedBy: (name: string, time: string) => `Inserted by ${name}, ${time}`,
  putBackBy: (name: string, time: string, authors: readonly string[]) =>
    `Put back by ${name}, ${time}; written by ${names(authors)}`,
  deletedBy: (name: string, time: string, authors: readonly string[]) =>
    authors.length === 0
      ? `Deleted by ${name}, ${time}`
      : `Deleted by ${name}, ${time}; written by ${names(authors)}`,
  restyledBy: (name: string, time: string, styles: readonly string[]) =>
    styles.length === 0
      ? `Restyled by ${name}, ${time}`
      : `Restyled by ${name}, ${time}: ${names(styles)}`,
  movedBy: (name: string, time: string) => `Moved by ${name}, ${time}`,
  splitBy: (name: string, time: string) => `Paragraph divided by ${name}, ${time}`,
  joinedBy: (name: string, time: string) => `Paragraphs joined by ${name}, ${time}`,
  writtenBy: (name: string, time: string) => `Written by ${name}, ${time}`,
  styles: {
    bold: 'bold',
    italic: 'italic',
    underline: 'underline',
    strike: 'strikethrough',
    code: 'code',
    link: 'link',
    paragraph: 'text',
    heading: 'heading',
    bulletList: 'bulleted list',
    orderedList: 'numbered list',
    listItem: 'list',
    taskList: 'task list',
    taskItem: 'task',
    blockquote: 'quote',
    codeBlock: 'code block',
    table: 'table',
    tableRow: 'table row',
    tableCell: 'table cell',
    tableHeader: 'table heading',
  } as Partial<Record<string, string>>,
}
