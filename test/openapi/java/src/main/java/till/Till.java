package till;

import java.util.List;
import lookaside.ApiClient;
import lookaside.ApiException;
import lookaside.api.LookUpsApi;
import lookaside.model.CustomerDetails;
import lookaside.model.CustomerDetailsErrors;
import lookaside.model.DetailsLookup;
import lookaside.model.ErrorResult;
import lookaside.model.FoundResult;
import lookaside.model.GetLookup;
import lookaside.model.LookUpManyRequest;
import lookaside.model.LookUpManyRequestLookupsInner;
import lookaside.model.NotFoundResult;
import lookaside.model.LookUpMany200ResponseResultsInner;

/** Uses the client that OpenAPI Generator makes of openapi.yaml: Maven makes it before it compiles this. */
public final class Till {
  private final LookUpsApi lookaside;

  private Till(String url, String key) {
    ApiClient client = new ApiClient().setBasePath(url).setReadTimeout(50_000);
    client.setApiKey(key);
    lookaside = new LookUpsApi(client);
  }

  public static void main(String[] arguments) throws ApiException {
    new Till(System.getenv("LOOKASIDE_URL"), System.getenv("LOOKASIDE_API_KEY")).run();
  }

  private void run() throws ApiException {
    System.out.println(lookUp("mobile", "1234512345"));
    System.out.println(lookUp("externalId", "NOBODY"));
    List<LookUpManyRequestLookupsInner> lookups =
        List.of(
            new LookUpManyRequestLookupsInner(details("1234512345")),
            new LookUpManyRequestLookupsInner(
                new GetLookup().api(GetLookup.ApiEnum.V1_1).externalId("NOBODY")),
            new LookUpManyRequestLookupsInner(details("no number")));
    for (LookUpMany200ResponseResultsInner result :
        lookaside.lookUpMany(new LookUpManyRequest().lookups(lookups), null, null).getResults()) {
      System.out.println(describe(result.getActualInstance()));
    }
    try {
      lookUp("mobile", "no number");
    } catch (ApiException refused) {
      String code = refused.getResponseBody().replaceFirst("(?s).*?\"code\":\"(\\w+)\".*", "$1");
      System.out.println("refused " + code);
    }
  }

  private String lookUp(String name, String value) throws ApiException {
    Object reply =
        lookaside
            .lookUpCustomer(
                "INSTORE", name, value, null, null, null, null, null, null, null, null, null, null, null, null, null, null, null)
            .getActualInstance();
    if (reply instanceof CustomerDetailsErrors errors) {
      return "not found " + errors.getErrors().get(0).getCode().getActualInstance();
    }
    CustomerDetails customer = (CustomerDetails) reply;
    return "found " + customer.getId() + " " + customer.getProfiles().get(0).getFirstName();
  }

  private static DetailsLookup details(String mobile) {
    return new DetailsLookup().source("INSTORE").identifierName("mobile").identifierValue(mobile);
  }

  private static String describe(Object result) {
    if (result instanceof FoundResult found) {
      return "found " + found.getCustomer().getCustomerDetails().getId();
    }
    if (result instanceof NotFoundResult nobody) {
      return "not-found " + nobody.getUpstream().getCode().getActualInstance();
    }
    return "error " + ((ErrorResult) result).getCode();
  }
}
