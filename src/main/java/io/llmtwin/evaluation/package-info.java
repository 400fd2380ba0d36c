/** Evaluation: questions with what is expected of their answers, asked of a revision. */
package io.llmtwin.evaluation;
