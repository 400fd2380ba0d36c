package io.llmtwin.api;

import jakarta.servlet.ServletConnection;
import org.apache.coyote.Adapter;
import org.apache.coyote.Processor;
import org.apache.coyote.http11.AbstractHttp11Protocol;
import org.apache.coyote.http11.Http11NioProtocol;
import org.apache.coyote.http11.Http11Processor;
import org.apache.tomcat.util.net.SocketProperties;

/**
 * Tomcat's HTTP/1.1 for answers that are streamed: requests have a {@link ClientConnection}, and connections small
 * buffers, because a stream holds them as long as it lasts and its frames are small. What is larger passes them by.
 * Public, because Tomcat makes it by its name.
 */
public final class StreamingProtocol extends Http11NioProtocol {
    private static final int BUFFER_BYTES = 1024;
    /** Trailers of a request, which nobody here reads. */
    private static final int TRAILER_BYTES = 256;

    public StreamingProtocol() {
        SocketProperties socket = getEndpoint().getSocketProperties();
        socket.setAppReadBufSize(BUFFER_BYTES);
        socket.setAppWriteBufSize(BUFFER_BYTES);
        setMaxTrailerSize(TRAILER_BYTES);
    }

    @Override
    public int getDesiredBufferSize() {
        return BUFFER_BYTES;
    }

    @Override
    protected Processor createProcessor() {
        return new StreamingProcessor(this, getAdapter());
    }

    private static final class StreamingProcessor extends Http11Processor {
        StreamingProcessor(AbstractHttp11Protocol<?> protocol, Adapter adapter) {
            super(protocol, adapter);
        }

        @Override
        protected ServletConnection getServletConnection() {
            return new ClientConnection(super.getServletConnection(), getSocketWrapper());
        }
    }
}
