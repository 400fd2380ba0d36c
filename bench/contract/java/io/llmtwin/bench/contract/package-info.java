/** Whether the service keeps its contract. */
package io.llmtwin.bench.contract;
