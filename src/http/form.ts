/**
 * A submitted form: its fields, and its files where it was sent as multipart/form-data. Any thread.
 */
import type { UploadedFile } from './multipart/uploaded-file.ts';
import { QueryParams } from './content/query-params.ts';

/** A form that was sent: its fields and its files. What request.form() gives. */
export class Form extends QueryParams {
  /** All files in the order in which they came. */
  readonly files: readonly UploadedFile[];

  constructor(pairs: Iterable<readonly [string, string]>, files: readonly UploadedFile[] = []) {
    super(pairs);
    this.files = files;
  }

  /** The first file of a field, undefined when none was chosen. */
  file(fieldName: string): UploadedFile | undefined {
    return this.files.find((file) => file.fieldName === fieldName);
  }

  /** All files of a field (<input type="file" multiple>). */
  filesOf(fieldName: string): readonly UploadedFile[] {
    return this.files.filter((file) => file.fieldName === fieldName);
  }
}
