/** OpenAI's wire, and the servers that speak it. */
package io.llmtwin.llm;
