package io.llmtwin.ops;

import java.util.regex.Pattern;
import javax.management.JMException;
import javax.management.MBeanServer;
import javax.management.ObjectName;
import javax.management.modelmbean.ModelMBean;
import org.apache.camel.CamelContext;
import org.apache.camel.impl.debugger.BacklogTracer;
import org.apache.camel.management.mbean.ManagedBacklogTracer;
import org.apache.camel.support.management.DefaultManagementMBeanAssembler;

/**
 * Camel's tracer in JMX as Hawtio can read it. Camel writes the addresses of endpoints into its XML as they are, and
 * characters that no XML may have, so one message whose endpoint has two options hides all of them. Public, because JMX
 * calls its methods by reflection.
 */
public final class HawtioTracer extends ManagedBacklogTracer {
    private static final Pattern BARE_AMPERSAND = Pattern.compile("&(?!(?:amp|lt|gt|quot|apos|#\\d+|#x\\p{XDigit}+);)");

    /** What is no {@code Char} of XML 1.0. */
    private static final Pattern NO_CHARACTER =
            Pattern.compile("[^\\t\\n\\r\\x{20}-\\x{D7FF}\\x{E000}-\\x{FFFD}\\x{10000}-\\x{10FFFF}]");

    private HawtioTracer(CamelContext context, BacklogTracer tracer) {
        super(context, tracer);
    }

    /** Has the tracer of {@code context} registered as one of these, once the context begins to start. */
    static void register(CamelContext context) {
        context.getCamelContextExtension().setManagementMBeanAssembler(new DefaultManagementMBeanAssembler(context) {
            @Override
            public ModelMBean assemble(MBeanServer server, Object managed, ObjectName name) throws JMException {
                return super.assemble(
                        server,
                        managed instanceof ManagedBacklogTracer tracer
                                ? new HawtioTracer(context, tracer.getBacklogTracer())
                                : managed,
                        name);
            }
        });
    }

    /**
     * Hawtio sets this each time that it switches tracing.
     *
     * @throws IllegalArgumentException if {@code include}: such bodies are answers on their way to clients, and who reads
     *     one takes it from them
     */
    @Override
    public void setBodyIncludeStreams(boolean include) {
        if (include) {
            throw new IllegalArgumentException("answers on their way to clients can't be traced");
        }
    }

    @Override
    public String dumpTracedMessagesAsXml(String nodeOrRouteId) {
        return wellFormed(super.dumpTracedMessagesAsXml(nodeOrRouteId));
    }

    @Override
    public String dumpAllTracedMessagesAsXml() {
        return wellFormed(super.dumpAllTracedMessagesAsXml());
    }

    @Override
    public String dumpLatestMessageHistoryAsXml() {
        return wellFormed(super.dumpLatestMessageHistoryAsXml());
    }

    private static String wellFormed(String xml) {
        return NO_CHARACTER
                .matcher(BARE_AMPERSAND.matcher(xml).replaceAll("&amp;"))
                .replaceAll("\uFFFD");
    }
}
