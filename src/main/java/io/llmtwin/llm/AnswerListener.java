package io.llmtwin.llm;

import org.apache.camel.Exchange;

/**
 * Who is told of an answer while it is being written. Found in the variable {@value #VARIABLE} of a request; without
 * one, the answer is collected.
 */
public interface AnswerListener {
    String VARIABLE = "listener";

    /** A replica has accepted the request of {@code exchange}, which by now knows its sources. May come more than once. */
    void accepted(Exchange exchange);

    /** The answer goes on with {@code text}, which is rarely one token: servers send what they have. */
    void written(String text);
}
