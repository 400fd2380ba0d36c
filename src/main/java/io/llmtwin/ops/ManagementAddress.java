package io.llmtwin.ops;

import io.llmtwin.keys.KeyRing;
import io.llmtwin.keys.OpenDoorException;
import org.springframework.boot.actuate.autoconfigure.web.server.ManagementServerProperties;
import org.springframework.stereotype.Component;

/** Keeps the service from starting with a management port that others reach and no key guards. */
@Component
final class ManagementAddress {
    ManagementAddress(KeyRing keys, ManagementServerProperties server) {
        OpenDoorException.refuse(keys, server.getAddress(), "MANAGEMENT_SERVER_ADDRESS", "the management port");
    }
}
