package io.llmtwin.ops;

import java.util.Map;
import java.util.Set;
import javax.management.ObjectName;
import org.jolokia.server.core.restrictor.AbstractConstantRestrictor;
import org.jolokia.server.core.util.HttpMethod;
import org.jolokia.server.core.util.RequestType;

/**
 * What Hawtio may do over JMX: look at Camel's MBeans and at a few of the JVM's, have routes described, and switch Camel's
 * tracer on and off. Everything else does not exist for it: no message can be sent, no route changed or stopped, no heap
 * dumped, no logger set up, and no JVM's argument or property read, which may hold secrets. Public, because Jolokia makes
 * it by its name.
 */
public final class HawtioRestrictor extends AbstractConstantRestrictor {
    private static final String CAMEL = "org.apache.camel";
    private static final Set<RequestType> TYPES = Set.of(
            RequestType.READ,
            RequestType.WRITE,
            RequestType.EXEC,
            RequestType.LIST,
            RequestType.SEARCH,
            RequestType.VERSION);

    /** Attributes of the JVM's MBeans by their type. */
    private static final Map<String, Set<String>> JVM = Map.of(
            "Runtime", Set.of("Name", "VmName", "VmVendor", "VmVersion", "SpecVersion", "StartTime", "Uptime"),
            "OperatingSystem",
                    Set.of(
                            "Name",
                            "Arch",
                            "Version",
                            "AvailableProcessors",
                            "SystemLoadAverage",
                            "ProcessCpuLoad",
                            "SystemCpuLoad",
                            "CpuLoad",
                            "OpenFileDescriptorCount",
                            "MaxFileDescriptorCount"),
            "Memory", Set.of("HeapMemoryUsage", "NonHeapMemoryUsage"),
            "Threading", Set.of("ThreadCount", "PeakThreadCount", "DaemonThreadCount", "TotalStartedThreadCount"),
            "ClassLoading", Set.of("LoadedClassCount", "TotalLoadedClassCount", "UnloadedClassCount"));

    /** Operations of Camel's MBeans that change nothing, beside those whose names begin with dump. */
    private static final Set<String> CAMEL_OPERATIONS = Set.of(
            "browse",
            "informationJson",
            "listEips",
            "listComponents",
            "findEips",
            "findComponents",
            "getTracedMessages");

    /** What Hawtio sets of the tracer; {@link HawtioTracer} refuses some values. */
    private static final Set<String> OF_TRACER =
            Set.of("Enabled", "BodyMaxChars", "BodyIncludeStreams", "BodyIncludeFiles");

    /** Nothing is allowed that isn't said to be. */
    public HawtioRestrictor() {
        super(false);
    }

    @Override
    public boolean isHttpMethodAllowed(HttpMethod method) {
        return method == HttpMethod.GET || method == HttpMethod.POST;
    }

    @Override
    public boolean isTypeAllowed(RequestType type) {
        return TYPES.contains(type);
    }

    @Override
    public boolean isAttributeReadAllowed(ObjectName name, String attribute) {
        return switch (name.getDomain()) {
            case CAMEL -> true;
            case "java.lang" ->
                JVM.getOrDefault(name.getKeyProperty("type"), Set.of()).contains(attribute);
            default -> false;
        };
    }

    @Override
    public boolean isAttributeWriteAllowed(ObjectName name, String attribute) {
        return isTracer(name) && OF_TRACER.contains(attribute);
    }

    @Override
    public boolean isOperationAllowed(ObjectName name, String operation) {
        int parameters = operation.indexOf('(');
        String plain = parameters < 0 ? operation : operation.substring(0, parameters);
        return name.getDomain().equals(CAMEL)
                && (plain.startsWith("dump")
                        || CAMEL_OPERATIONS.contains(plain)
                        || (isTracer(name) && plain.equals("setEnabled")));
    }

    @Override
    public boolean isObjectNameHidden(ObjectName name) {
        return !name.getDomain().equals(CAMEL)
                && !(name.getDomain().equals("java.lang") && JVM.containsKey(name.getKeyProperty("type")));
    }

    /** Who may come at all is for {@link ManagementGuard} to say. */
    @Override
    public boolean isRemoteAccessAllowed(String... hostOrAddress) {
        return true;
    }

    @Override
    public boolean isOriginAllowed(String origin, boolean strictly) {
        return true;
    }

    private static boolean isTracer(ObjectName name) {
        return name.getDomain().equals(CAMEL) && "tracer".equals(name.getKeyProperty("type"));
    }
}
