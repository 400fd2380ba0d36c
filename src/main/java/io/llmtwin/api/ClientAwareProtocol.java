package io.llmtwin.api;

import jakarta.servlet.ServletConnection;
import org.apache.coyote.Adapter;
import org.apache.coyote.Processor;
import org.apache.coyote.http11.AbstractHttp11Protocol;
import org.apache.coyote.http11.Http11NioProtocol;
import org.apache.coyote.http11.Http11Processor;

/** Tomcat's HTTP/1.1, whose requests have a {@link ClientConnection}. Public, because Tomcat makes it by its name. */
public final class ClientAwareProtocol extends Http11NioProtocol {
    @Override
    protected Processor createProcessor() {
        return new ClientAwareProcessor(this, getAdapter());
    }

    private static final class ClientAwareProcessor extends Http11Processor {
        ClientAwareProcessor(AbstractHttp11Protocol<?> protocol, Adapter adapter) {
            super(protocol, adapter);
        }

        @Override
        protected ServletConnection getServletConnection() {
            return new ClientConnection(super.getServletConnection(), getSocketWrapper());
        }
    }
}
