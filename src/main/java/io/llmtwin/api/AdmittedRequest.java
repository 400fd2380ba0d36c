package io.llmtwin.api;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Enumeration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A request of which only those headers and query parameters can be listed that the API defines, so that none from
 * outside becomes a Camel header that a component acts on.
 */
final class AdmittedRequest extends HttpServletRequestWrapper {
    private static final List<String> HEADERS = List.of("Content-Type", "Accept", "X-Revision");

    /** Query parameters that the API defines. */
    static final List<String> PARAMETERS = List.of(
            "limit", "cursor", "from", "to", "revision", "author", "warning", "status", "min_score", "max_score");

    private final String traceId;

    AdmittedRequest(HttpServletRequest request, String traceId) {
        super(request);
        this.traceId = traceId;
    }

    /** Whether a header or query parameter of that name may become a Camel header. */
    static boolean admits(String name) {
        return Door.TRACE_ID.equalsIgnoreCase(name)
                || HEADERS.stream().anyMatch(name::equalsIgnoreCase)
                || PARAMETERS.contains(name);
    }

    @Override
    public @Nullable String getHeader(String name) {
        return Door.TRACE_ID.equalsIgnoreCase(name) ? traceId : super.getHeader(name);
    }

    @Override
    public Enumeration<String> getHeaders(String name) {
        return Door.TRACE_ID.equalsIgnoreCase(name)
                ? Collections.enumeration(List.of(traceId))
                : super.getHeaders(name);
    }

    @Override
    public Enumeration<String> getHeaderNames() {
        List<String> names = new ArrayList<>(List.of(Door.TRACE_ID));
        HEADERS.stream().filter(name -> super.getHeader(name) != null).forEach(names::add);
        return Collections.enumeration(names);
    }

    @Override
    public @Nullable String getQueryString() {
        return null;
    }

    @Override
    public @Nullable String getParameter(String name) {
        return PARAMETERS.contains(name) ? super.getParameter(name) : null;
    }

    @Override
    public String @Nullable [] getParameterValues(String name) {
        return PARAMETERS.contains(name) ? super.getParameterValues(name) : null;
    }

    @Override
    public Map<String, String[]> getParameterMap() {
        Map<String, String[]> admitted = new HashMap<>(super.getParameterMap());
        admitted.keySet().retainAll(PARAMETERS);
        return admitted;
    }

    @Override
    public Enumeration<String> getParameterNames() {
        return Collections.enumeration(getParameterMap().keySet());
    }
}
