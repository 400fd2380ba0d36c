/** A small language model on the processor: llama.cpp in a process of its own, behind the embedded server's wire. */
package io.llmtwin.embedded.llama;
