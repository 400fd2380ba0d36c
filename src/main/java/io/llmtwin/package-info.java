/** The application: its start, its settings, and which parts stand behind them. */
package io.llmtwin;
