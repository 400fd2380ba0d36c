/** The keys that open the service: whose they are, what they may do, and how much. */
package io.llmtwin.keys;
