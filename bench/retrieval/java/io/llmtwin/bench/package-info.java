/** What retrieval finds, and what it costs. Programs, compiled with the tests and run by hand: see {@code bench/README.md}. */
package io.llmtwin.bench;
