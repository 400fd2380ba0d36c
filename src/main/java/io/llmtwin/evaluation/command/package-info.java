/** The command {@code evaluate}: an evaluation by a service that runs, from a shell or a build. */
package io.llmtwin.evaluation.command;
