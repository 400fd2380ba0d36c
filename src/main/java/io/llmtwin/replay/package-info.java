/** Replay: recorded requests asked again of another revision, old and new side by side. */
package io.llmtwin.replay;
