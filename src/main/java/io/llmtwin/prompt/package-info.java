/** Templates, and the tokens that a prompt may have. */
package io.llmtwin.prompt;
