/** The service in a process of its own, a stub of a model behind it, and load in front of it. */
package io.llmtwin.bench.service;
