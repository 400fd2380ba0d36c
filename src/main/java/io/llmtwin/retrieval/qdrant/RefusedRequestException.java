package io.llmtwin.retrieval.qdrant;

import org.apache.camel.component.qdrant.QdrantAction;
import org.apache.camel.component.qdrant.QdrantActionException;

/** Qdrant found a request wrong: it names a vector that the collection doesn't have, or has another dimension. */
public final class RefusedRequestException extends QdrantActionException {
    private static final long serialVersionUID = 1;

    RefusedRequestException(QdrantAction action, Throwable cause) {
        super(action, cause);
    }
}
