import com.amazonaws.services.dynamodbv2.local.server.LocalDynamoDBRequestHandler;
import com.amazonaws.services.dynamodbv2.local.server.LocalDynamoDBServerHandler;
import java.net.InetSocketAddress;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.handler.ContextHandler;

/**
 * DynamoDB Local, in memory, on a free port of 127.0.0.1, which it prints. Its own main class listens on every interface
 * of the machine, and reports its use to Amazon. Ends with its standard input.
 */
class LoopbackDynamoDbLocal {
  public static void main(String[] args) throws Exception {
    boolean isInMemory = true;
    boolean isSharedByCredentials = true;
    boolean isDelayed = false;
    var requests = new LocalDynamoDBRequestHandler(0, isInMemory, null, isSharedByCredentials, isDelayed);
    var context = new ContextHandler();
    context.setHandler(new LocalDynamoDBServerHandler(requests, null));
    var server = new Server(new InetSocketAddress("127.0.0.1", 0));
    server.setHandler(context);
    server.start();
    System.out.println("Listening on http://127.0.0.1:" + server.getURI().getPort());
    while (System.in.read() != -1) {}
    server.stop();
    System.exit(0);
  }
}
