package io.llmtwin.pipeline.check;

import io.llmtwin.pipeline.PipelineProblem;
import io.llmtwin.pipeline.StartFailures;
import java.util.SortedMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.camel.FailedToCreateRouteException;
import org.apache.camel.FailedToStartRouteException;
import org.apache.camel.NoSuchBeanException;
import org.apache.camel.ResolveEndpointFailedException;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.springframework.stereotype.Component;

/** Says what of a failed start concerns who wrote the routes: Camel's exceptions quote whole routes around it. */
@Component
final class RouteStartFailures implements StartFailures {
    /** Camel's way to say which step, in {@code Failed to create route x at: >>> To[direct:y] <<< in route: …}. */
    private static final Pattern STEP = Pattern.compile(">>> (.+?) <<<", Pattern.DOTALL);

    private static final Pattern ADDRESS = Pattern.compile("\\[([a-z][\\w.+-]*:[^\\]]*)]");
    private static final int LONGEST_REASON = 400;

    private final RouteFiles reader;

    RouteStartFailures(RouteFiles reader) {
        this.reader = reader;
    }

    @Override
    public PipelineProblem of(Throwable failure, SortedMap<String, String> files) {
        Candidate candidate = Candidate.read(files, reader, new Findings());
        Throwable root = failure;
        PipelineRoute route = null;
        String address = null;
        String file = fileIn(failure, files);
        for (Throwable cause = failure; cause != null; cause = next(cause)) {
            root = cause;
            String id = routeId(cause);
            if (id != null && route == null) {
                route = candidate.route(id);
            }
            Matcher at = STEP.matcher(String.valueOf(cause.getMessage()));
            if (address == null && at.find()) {
                address = address(at.group(1));
            }
            if (cause instanceof ResolveEndpointFailedException endpoint && endpoint.getUri() != null) {
                address = endpoint.getUri().replaceFirst("://", ":");
            }
            Mark mark = mark(cause);
            if (mark != null && file != null) {
                return new PipelineProblem(file, mark.getLine() + 1, mark.getColumn() + 1, reason(cause), null);
            }
        }
        if (route == null) {
            return PipelineProblem.of(file, reason(root));
        }
        Findings place = new Findings();
        Call call = address == null ? null : called(route, address);
        place.add(route.file().path(), call == null ? route.entry().key() : call.uri(), reason(root), null);
        return place.all().get(0);
    }

    private static @Nullable Throwable next(Throwable cause) {
        return cause.getCause() == cause ? null : cause.getCause();
    }

    private static @Nullable String routeId(Throwable cause) {
        if (cause instanceof FailedToCreateRouteException creating) {
            return creating.getRouteId();
        }
        return cause instanceof FailedToStartRouteException starting ? starting.getRouteId() : null;
    }

    private static @Nullable Mark mark(Throwable cause) {
        return cause instanceof MarkedYamlEngineException yaml
                ? yaml.getProblemMark().or(yaml::getContextMark).orElse(null)
                : null;
    }

    private static @Nullable String fileIn(Throwable failure, SortedMap<String, String> files) {
        for (Throwable cause = failure; cause != null; cause = next(cause)) {
            String message = String.valueOf(cause.getMessage());
            String named = files.keySet().stream()
                    .filter(message::contains)
                    .findFirst()
                    .orElse(null);
            if (named != null) {
                return named;
            }
        }
        return null;
    }

    private static @Nullable String address(String step) {
        Matcher address = ADDRESS.matcher(step);
        return address.find() ? address.group(1) : null;
    }

    private static @Nullable Call called(PipelineRoute route, String address) {
        return Stream.concat(Stream.ofNullable(route.from()), route.calls().stream())
                .filter(call -> address.startsWith(call.address()))
                .findFirst()
                .orElse(null);
    }

    private static String reason(Throwable cause) {
        String message = cause instanceof NoSuchBeanException bean
                ? "there is no bean `" + bean.getName() + "`"
                : String.valueOf(cause.getMessage());
        if (cause.getMessage() == null || cause.getMessage().isBlank()) {
            message = cause.getClass().getSimpleName();
        }
        String firstLine = message.lines().findFirst().orElse(message);
        return firstLine.length() <= LONGEST_REASON ? firstLine : firstLine.substring(0, LONGEST_REASON) + "…";
    }
}
