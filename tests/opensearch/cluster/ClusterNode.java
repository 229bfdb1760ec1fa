import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.codelibs.opensearch.runner.node.OpenSearchRunnerNode;
import org.opensearch.analysis.common.CommonAnalysisPlugin;
import org.opensearch.common.settings.Settings;
import org.opensearch.node.InternalSettingsPreparer;
import org.opensearch.painless.PainlessPlugin;
import org.opensearch.transport.Netty4Plugin;

/**
 * One node of a cluster, in a process of its own: {@code ClusterNode home key=value...}.
 *
 * <p>Prints "started" when it listens. It ends when its standard input does, so no node outlives the tests.
 */
public final class ClusterNode {
  private ClusterNode() {}

  public static void main(String[] arguments) throws Exception {
    Settings.Builder settings = Settings.builder().put("path.home", arguments[0]);
    for (int i = 1; i < arguments.length; i++) {
      int sign = arguments[i].indexOf('=');
      settings.put(arguments[i].substring(0, sign), arguments[i].substring(sign + 1));
    }
    var environment =
        InternalSettingsPreparer.prepareEnvironment(
            settings.build(), Map.of(), Path.of(arguments[0], "config"), () -> "node");
    var node =
        new OpenSearchRunnerNode(
            environment,
            List.of(
                Netty4Plugin.class, CommonAnalysisPlugin.class, PainlessPlugin.class));
    node.start();
    System.out.println("started");
    while (System.in.read() >= 0) {}
    node.close();
    System.exit(0);
  }
}
