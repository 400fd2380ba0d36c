/** What enters the service and what leaves it. */
package io.llmtwin.api;
