/** The ProseMirror schema of this editor, without an editor. */
import { getSchema } from '@tiptap/core'
import type { Schema } from '@tiptap/pm/model'
import { parts } from './schema'

export const schema: Schema = getSchema(parts)
